-- SPDX-License-Identifier: GPL-3.0-or-later
-- What an object store that knows no SHA-256 says of a file that it took. Schema version 18.

-- Of the sealed file, taken where it is made: what the server says is compared with it, and the file is
-- not hashed again each time it leaves. NULL for pictures of before.
ALTER TABLE image ADD COLUMN sealed_md5 TEXT CHECK (length(sealed_md5) = 32);
