//! The API through its front door: requests in, answers out, on a real server with a real database.

mod alarms;
mod alarms_only;
mod audit;
mod bank_holidays;
mod case_file;
mod casework;
mod changes;
mod commands;
mod deliveries;
mod directory;
mod document;
mod handover;
mod imports;
mod limits;
mod load;
mod network;
mod problems;
mod process;
mod readings;
mod reports;
mod requests;
mod rights;
mod search;
mod tokens;
mod transfer;
