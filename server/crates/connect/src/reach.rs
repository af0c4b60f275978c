//! Which addresses may be connected to (DESIGN §8, SSRF). Must never: judge a name; only the address that is really dialled.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Who asks decides what may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Staff: the ports of IMAP, POP3 and SMTP at public addresses only.
    PublicMailPorts,
    /// Administrators and the console: also private and loopback addresses, and any port.
    Anywhere,
}

/// IMAP's two ports, POP3's (IT-17), and SMTP's.
pub(crate) const MAIL_PORTS: [u16; 7] = [143, 993, 110, 995, 587, 465, 25];

impl Reach {
    /// Whether this very address and port may be dialled.
    pub(crate) fn allows(self, address: IpAddr, port: u16) -> bool {
        let address = unmapped(address);
        if never(address) {
            return false;
        }
        match self {
            Self::Anywhere => true,
            Self::PublicMailPorts => MAIL_PORTS.contains(&port) && public(address),
        }
    }
}

/// An IPv4 address written as IPv6 is judged as what it is (RFC 4291 §2.5.5.2, 6to4 and NAT64 as well).
fn unmapped(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address else { return address };
    if let Some(four) = six.to_ipv4_mapped() {
        return IpAddr::V4(four);
    }
    let parts = six.segments();
    let four = |high: u16, low: u16| IpAddr::V4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match parts {
        [0x2002, high, low, ..] => four(high, low),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => four(high, low),
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => four(high, low),
        _ => address,
    }
}

/// Link-local, metadata services, multicast, unspecified: nobody's mail server.
fn never(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => {
            four.is_link_local()
                || four.is_multicast()
                || four.is_broadcast()
                || four.octets()[0] == 0
                || four.octets()[0] >= 240
                || METADATA_V4.contains(&four)
        }
        IpAddr::V6(six) => {
            six.is_multicast() || six.is_unspecified() || (six.segments()[0] & 0xffc0) == 0xfe80 || METADATA_V6.contains(&six)
        }
    }
}

/// Metadata services of cloud providers outside the link-local range.
const METADATA_V4: [Ipv4Addr; 2] = [Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(168, 63, 129, 16)];
const METADATA_V6: [Ipv6Addr; 1] = [Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)];

fn public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => {
            let [a, b, c, _] = four.octets();
            !(four.is_private()
                || four.is_loopback()
                || four.is_documentation()
                || (a == 100 && (64..128).contains(&b)) // shared address space, RFC 6598
                || (a == 192 && b == 0 && c == 0) // protocol assignments, RFC 6890
                || (a == 192 && b == 88 && c == 99) // 6to4 relays, RFC 7526
                || (a == 198 && (18..20).contains(&b))) // benchmarks, RFC 2544
        }
        IpAddr::V6(six) => {
            let first = six.segments()[0];
            (first & 0xe000) == 0x2000 // global unicast, RFC 4291
                && !(first == 0x2001 && six.segments()[1] == 0xdb8) // documentation
                && !(first == 0x2001 && six.segments()[1] < 0x200) // Teredo, ORCHID and other assignments
                && first != 0x3fff // documentation, RFC 9637
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(reach: Reach, address: &str, port: u16) -> bool {
        reach.allows(address.parse().unwrap(), port)
    }

    // S7, W6
    #[test]
    fn staff_reach_only_mail_ports_of_public_addresses() {
        assert!(allows(Reach::PublicMailPorts, "93.184.216.34", 993));
        assert!(allows(Reach::PublicMailPorts, "2606:2800:220:1::1", 143));
        assert!(!allows(Reach::PublicMailPorts, "93.184.216.34", 80));
        for inside in [
            "10.0.0.1",
            "127.0.0.1",
            "192.168.1.1",
            "172.16.9.9",
            "100.64.0.1",
            "198.18.0.1",
            "::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:db8::1",
            "::10.0.0.1",
        ] {
            assert!(!allows(Reach::PublicMailPorts, inside, 993), "{inside}");
        }
    }

    // FP-14, W6
    #[test]
    fn administrators_also_reach_the_offices_own_servers_but_never_metadata() {
        for inside in ["10.0.0.1", "127.0.0.1", "::1", "fd12::1", "93.184.216.34"] {
            assert!(allows(Reach::Anywhere, inside, 1143), "{inside}");
        }
        for never in [
            "169.254.169.254",
            "fe80::1",
            "fd00:ec2::254",
            "0.0.0.0",
            "::",
            "224.0.0.1",
            "255.255.255.255",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "ff02::1",
            "100.100.100.200",
        ] {
            assert!(!allows(Reach::Anywhere, never, 993), "{never}");
        }
    }
}
