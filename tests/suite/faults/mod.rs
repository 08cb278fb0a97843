//! What the desk does when something under it fails: it loses nothing that it acknowledged, says that it
//! cannot save, and goes on as soon as it can.

mod cluster;
mod disk;
mod home;
mod power;
mod screen;
mod shell;
mod undone;
mod upgrade;
