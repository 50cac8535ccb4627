-- SPDX-License-Identifier: GPL-3.0-or-later
-- What waits is told while it is sent, several times a second: counted and summed in an index alone,
-- without a look at each picture, and without one at whatever was sent before. Schema version 15.

-- bytes: of a picture that waits; 0 for a record.
ALTER TABLE queue ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;

DROP INDEX queue_newest;
CREATE INDEX queue_newest ON queue (lane, rank, seq, bytes) WHERE state = 'waiting';
CREATE INDEX remote_object_open ON remote_object (lane) WHERE proven_us IS NULL;

-- A preview is not sealed before it goes: what is sealed then is a little more.
CREATE TRIGGER queue_picture_bytes AFTER INSERT ON queue
WHEN NEW.lane > 0
BEGIN
  UPDATE queue SET bytes = coalesce(CASE NEW.lane
    WHEN 1 THEN (SELECT length(jpeg) FROM image_preview WHERE image = NEW.object)
    ELSE (SELECT sealed_bytes FROM image WHERE uuid = NEW.object) END, 0)
  WHERE seq = NEW.seq;
END;

CREATE TRIGGER preview_queue_bytes AFTER INSERT ON image_preview
BEGIN
  UPDATE queue SET bytes = length(NEW.jpeg) WHERE object = NEW.image AND lane = 1;
END;

UPDATE queue SET bytes = coalesce(CASE lane
  WHEN 1 THEN (SELECT length(jpeg) FROM image_preview WHERE image = queue.object)
  ELSE (SELECT sealed_bytes FROM image WHERE uuid = queue.object) END, 0)
WHERE lane > 0;
