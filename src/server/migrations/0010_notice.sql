-- Notices to partners: whether the incident's record says how far one has come, and the links by which
-- one is acknowledged. Of a link only the hash is kept.

alter table delivery add column untold bigint;
create index delivery_by_untold on delivery (untold);
create index delivery_by_state on delivery (state, created_at);

create table ack_link (
    hash text primary key,
    delivery text not null,
    made_at bigint not null,
    used_at bigint
);
create index ack_link_by_delivery on ack_link (delivery);
