--! Previous: sha1:73d08fa4c67fa53867cfccbabe2219cc7326c53f
--! Hash: sha1:7120ad838d983e9b4559e0738c3dbc4b809bdee2
--! Message: search-documents-unbound

-- Whoever changes a mirror writes the documents of its datasets, and a document that is written twice in a transaction has its
-- foreign key checked: that locked the dataset after the mirror. So the key goes, and the trigger deletes the document.
ALTER TABLE search_documents DROP CONSTRAINT IF EXISTS search_documents_dataset_id_fkey;

CREATE OR REPLACE FUNCTION search_dataset_changed() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET client_min_messages = error AS $$
BEGIN
  -- What the mirror is like is read when nobody changes it, or the older state would be written last.
  PERFORM FROM mirrors WHERE ref = OLD.mirror_ref OR (TG_OP = 'UPDATE' AND ref = NEW.mirror_ref)
    ORDER BY ref FOR NO KEY UPDATE;
  IF TG_OP = 'UPDATE' THEN PERFORM search_refresh_datasets(ARRAY[NEW.id]);
  ELSE DELETE FROM search_documents WHERE dataset_id = OLD.id;
  END IF;
  IF TG_OP = 'DELETE' OR OLD.mirror_ref IS DISTINCT FROM NEW.mirror_ref THEN
    PERFORM search_refresh_items(id) FROM mirrors
      WHERE ref = OLD.mirror_ref AND NOT EXISTS (SELECT FROM datasets WHERE mirror_ref = OLD.mirror_ref);
    IF TG_OP = 'UPDATE' THEN
      PERFORM search_request_items(ARRAY(SELECT id FROM mirrors WHERE ref = NEW.mirror_ref AND version IS NOT NULL
        AND NOT EXISTS (SELECT FROM search_documents WHERE mirror_id = mirrors.id AND kind <> 'dataset')));
    END IF;
  END IF;
  RETURN NULL;
END $$;
