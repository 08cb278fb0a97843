//! What several topics of the suite share.

pub(crate) mod browser;
pub(crate) mod case;
pub(crate) mod cluster;
pub(crate) mod console;
pub(crate) mod desk;
pub(crate) mod desktop;
pub(crate) mod disk;
pub(crate) mod faketime;
pub(crate) mod mail;
pub(crate) mod notify;
pub(crate) mod process;
pub(crate) mod proxy;
pub(crate) mod server;
pub(crate) mod svg;
pub(crate) mod terminal;
pub(crate) mod typed;
pub(crate) mod walk;
pub(crate) mod work;
