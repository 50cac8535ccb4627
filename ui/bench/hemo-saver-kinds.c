/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How morphology, platelets and malaria films are kept in the store. */

#include "hemo-saver-kinds.h"

#include "hemo-finding-table.h"

static gpointer
copy_morphology (gconstpointer record)
{
  return hemo_morphology_copy (record);
}

static gboolean
save_morphology (HemoTxn *txn, gpointer record, GError **error)
{
  return hemo_morphology_save (txn, record, error);
}

static gint64 *
version_of_morphology (gpointer record)
{
  return &((HemoMorphology *)record)->version;
}

static gpointer
copy_platelets (gconstpointer record)
{
  return hemo_platelets_copy (record);
}

static gboolean
save_platelets (HemoTxn *txn, gpointer record, GError **error)
{
  return hemo_platelets_save (txn, record, error);
}

static gint64 *
version_of_platelets (gpointer record)
{
  return &((HemoPlatelets *)record)->version;
}

static gpointer
copy_film (gconstpointer record)
{
  return hemo_malaria_copy (record);
}

static gboolean
save_film (HemoTxn *txn, gpointer record, GError **error)
{
  return hemo_malaria_save (txn, record, error);
}

static gint64 *
version_of_film (gpointer record)
{
  return &((HemoMalaria *)record)->version;
}

const HemoSaverKind hemo_saver_morphology = { copy_morphology, (GDestroyNotify)hemo_morphology_free,
                                              save_morphology, version_of_morphology };

const HemoSaverKind hemo_saver_platelets
    = { copy_platelets, (GDestroyNotify)hemo_platelets_free, save_platelets, version_of_platelets };

const HemoSaverKind hemo_saver_malaria
    = { copy_film, (GDestroyNotify)hemo_malaria_free, save_film, version_of_film };
