//! Libraries without automation: the pages behind the links, and mail over a real SMTP server.

mod desk;
mod mail;
mod pages;
