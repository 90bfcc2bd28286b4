//! Values that the file holds as texts, each read into a type that carries its rule. Must never hold a secret, only say where one is.

mod address_range;
mod certificate;
mod duration;
mod header;
mod ncip_address;
mod rate;
mod time_zone;
mod url;

pub use address_range::AddressRange;
pub use certificate::CertificateName;
pub use duration::Wait;
pub(crate) use header::is_secret_name;
pub use header::{Header, HeaderName, HeaderValue, SecretRef};
pub use ncip_address::NcipAddress;
pub use rate::Rate;
pub use time_zone::ZoneName;
pub use url::Url;
