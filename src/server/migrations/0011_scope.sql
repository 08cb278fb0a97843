-- What a token may be used for; nothing is everything that its person may do.

alter table session add column scope text;
