-- The trail only grows: whoever wants to change it has to remove these first, and the chain of
-- hashes tells of it even then.

create function audit_trail_only_grows() returns trigger language plpgsql as $$
begin
    raise exception 'the audit trail only grows';
end;
$$;

create trigger audit_entry_is_final before update or delete on audit_entry
    for each row execute function audit_trail_only_grows();

create trigger audit_entry_stays before truncate on audit_entry
    for each statement execute function audit_trail_only_grows();
