-- The trail only grows: whoever wants to change it has to remove these first, and the chain of
-- hashes tells of it even then.

create trigger audit_entry_is_final before update on audit_entry
begin
    select raise(abort, 'the audit trail only grows');
end;

create trigger audit_entry_stays before delete on audit_entry
begin
    select raise(abort, 'the audit trail only grows');
end;
