-- What incidents are found by, a row for each word and each fact. It says nothing that the incidents do
-- not say, and is made from them again where it was made by other rules.
-- SQLite keeps the table in the order of its key, so that the words are stored once and not twice.

create table search_word (
    word text not null,
    logged_at bigint not null,
    incident text not null,
    primary key (word, logged_at, incident)
) without rowid;

alter table head add column search_writing bigint not null default 0;
