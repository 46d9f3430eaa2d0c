-- What the search of members looks at and shows, so that it reads this alone and not the whole rows.
CREATE INDEX users_found ON users
    (username_key, is_active, can_read, end_ban_read, username, created_at, pk, sort_key);
