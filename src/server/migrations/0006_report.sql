-- Reports that were frozen, byte for byte as they were hashed; the trail tells each hash.

create table frozen_report (
    id text primary key,
    kind text not null,
    organisation text not null,
    first_day text not null,
    last_day text not null,
    frozen_at bigint not null,
    role text not null,
    sha256 text not null,
    body text not null,
    seq bigint not null unique
);
create index frozen_report_by_time on frozen_report (organisation, frozen_at);
