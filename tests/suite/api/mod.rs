//! The API through its front door: requests in, answers out, on a real server with a real database.

mod commands;
