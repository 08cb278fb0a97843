-- Alerts of tools, by the hash of what tells one from others: the incident that each became, and what
-- was said of it last. The trail tells of each change.

create table tool_alert (
    tool text not null,
    key text not null,
    incident text not null,
    said text not null,
    primary key (tool, key)
);
