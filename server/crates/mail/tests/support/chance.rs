//! A seeded source of chance for tests: the same seed, the same letters, everywhere.

/// SplitMix64 (Steele, Lea, Flood 2014).
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    pub fn pick<'x, T>(&mut self, list: &'x [T]) -> &'x T {
        &list[self.below(list.len())]
    }

    pub fn yes(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }
}
