-- SPDX-License-Identifier: GPL-3.0-or-later
-- Marks and notes that people draw on pictures. The pixels stay as they were captured.

-- marks: a JSON array as hemo_marks_to_json() writes it.
CREATE TABLE image_mark (
  id INTEGER PRIMARY KEY,
  image TEXT NOT NULL UNIQUE REFERENCES image (uuid),
  marks TEXT NOT NULL,
  version INTEGER NOT NULL
) STRICT;

-- What somebody saw in a picture, and then took away, can still be told.
CREATE TRIGGER image_mark_history BEFORE UPDATE ON image_mark
BEGIN
  INSERT INTO record_history (kind, object, version, content)
  VALUES ('image-mark', OLD.image, OLD.version, OLD.marks);
END;

CREATE TRIGGER image_mark_is_kept BEFORE DELETE ON image_mark
BEGIN
  SELECT raise(ABORT, 'marks are emptied, never removed');
END;
