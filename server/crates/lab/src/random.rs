//! Seeded chance: the same seed gives the same letters on every machine.
//!
//! Must never be used for anything secret: splitmix64 is predictable by design.

/// A splitmix64 generator (Steele, Lea, Flood 2014): tiny, and good enough to choose words.
#[derive(Debug, Clone)]
pub struct Dice {
    state: u64,
}

impl Dice {
    /// Dice that fall the same way for the same seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to `end`, without `end`; 0 when `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { (self.next_u64() % end as u64) as usize }
    }

    /// True in `per_mille` of 1,000 throws.
    pub fn chance(&mut self, per_mille: usize) -> bool {
        self.below(1000) < per_mille
    }

    /// One of the given things.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// A number from 0.0 to 1.0, without 1.0.
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Roughly normal around 0 with deviation 1 (twelve throws added up: no logarithms, so every machine agrees).
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// `length` bytes of noise.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut noise = Vec::with_capacity(length + 8);
        while noise.len() < length {
            noise.extend_from_slice(&self.next_u64().to_le_bytes());
        }
        noise.truncate(length);
        noise
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_falls_the_same_way() {
        let (mut ada, mut ben) = (Dice::new(7), Dice::new(7));
        assert_eq!(ada.bytes(100), ben.bytes(100));
        assert_eq!(Dice::new(0).next_u64(), 0xE220_A839_7B1D_CDAF);
    }
}
