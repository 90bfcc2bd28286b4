//! Ranges of IP addresses.

use std::{fmt, net::IpAddr, str::FromStr};

use crate::binding::Text;

/// An address, or all addresses that begin alike: `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AddressRange {
    first: IpAddr,
    bits: u8,
}

impl FromStr for AddressRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Text::parse(text)
    }
}

impl AddressRange {
    /// Whether some address lies in both.
    pub(crate) fn overlaps(&self, other: &AddressRange) -> bool {
        self.contains(other.first) || other.contains(self.first)
    }

    /// Whether it is narrow enough to be the addresses of one organisation: what registries of addresses give to the largest.
    pub(crate) fn is_narrow(&self) -> bool {
        self.bits >= if self.first.is_ipv4() { 16 } else { 32 }
    }

    /// Whether `address` lies in it. An IPv4 address mapped into IPv6 counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.first.is_ipv4() && masked(address, self.bits) == self.first
    }
}

fn masked(address: IpAddr, bits: u8) -> IpAddr {
    let bits = u32::from(bits);
    match address {
        IpAddr::V4(v4) => IpAddr::V4((v4.to_bits() & u32::MAX.checked_shl(32 - bits).unwrap_or(0)).into()),
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() & u128::MAX.checked_shl(128 - bits).unwrap_or(0)).into()),
    }
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.bits == width(self.first) {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{}/{}", self.first, self.bits)
        }
    }
}

impl Text for AddressRange {
    const WHAT: &'static str = "an IP address or a range of them, as in `192.0.2.0/24`";

    #[cfg(test)]
    const SAMPLES: &[&str] = &["192.0.2.7", "192.0.2.0/24", "::/0", "2001:db8::/32", "0.0.0.0/0"];

    fn parse(text: &str) -> Result<Self, String> {
        let bad =
            || format!("`{text}` is not an IP address or a range: write it as in 192.0.2.7 or 192.0.2.0/24");
        let (address, bits) =
            text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let first: IpAddr = address.parse().map_err(|_| bad())?;
        let bits: u8 = bits.map_or(Ok(width(first)), str::parse).map_err(|_| bad())?;
        if bits > width(first) {
            return Err(bad());
        }
        if masked(first, bits) != first {
            return Err(format!(
                "`{text}` names an address inside the range: the range is {}/{bits}",
                masked(first, bits)
            ));
        }
        Ok(AddressRange { first, bits })
    }

    fn print(&self) -> String {
        self.to_string()
    }

    fn blank() -> Self {
        AddressRange { first: IpAddr::from([0, 0, 0, 0]), bits: 32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contains() {
        for (range, address, expected) in [
            ("192.0.2.0/24", "192.0.2.200", true),
            ("192.0.2.0/24", "192.0.3.1", false),
            ("192.0.2.0/24", "::ffff:192.0.2.9", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("0.0.0.0/0", "203.0.113.1", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("::/0", "2001:db8::1", true),
        ] {
            let range = AddressRange::parse(range).unwrap();
            assert_eq!(range.contains(address.parse().unwrap()), expected, "{range} {address}");
        }
        for bad in ["", "192.0.2.1/24", "192.0.2.0/33", "host", "192.0.2.0/"] {
            assert!(AddressRange::parse(bad).is_err(), "{bad}");
        }
    }
}
