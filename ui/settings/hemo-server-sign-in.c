/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each kind shows its own rows. What was typed for another kind stays until the page is left, and
 * what was saved for it until something else is saved. */

#include "hemo-server-sign-in.h"

#include "hemo-settings-page.h"

#include <glib/gi18n.h>
#include <openssl/crypto.h>
#include <string.h>

#define WAYS_MAX 6

typedef enum
{
  FIELD_NAME,
  FIELD_PASSWORD,
  FIELD_TOKEN,
  FIELD_ROLE,
  FIELD_STS_URL,
  FIELD_CLIENT,
  FIELD_TOKEN_URL,
  FIELD_SCOPE,
  FIELD_ACCESS_KEY,
  FIELD_ACCESS_SECRET,
  FIELD_REGION,
  N_FIELDS,
} Field;

#define PLAIN(name) G_STRUCT_OFFSET (HemoServerSettings, name), NULL
#define SECRET(kept) G_STRUCT_OFFSET (HemoServerSettings, secret), kept

static const struct
{
  const char *title;
  gsize offset;
  /* Of a secret: while one is kept. */
  const char *kept;
} fields[N_FIELDS] = {
  [FIELD_NAME] = { N_ ("_Name"), PLAIN (user) },
  [FIELD_PASSWORD] = { N_ ("_Password"), SECRET (N_ ("_Password (kept; type to replace it)")) },
  [FIELD_TOKEN] = { N_ ("To_ken"), SECRET (N_ ("To_ken (kept; type to replace it)")) },
  [FIELD_ROLE] = { N_ ("Role (AR_N)"), PLAIN (role) },
  [FIELD_STS_URL] = { N_ ("A_ddress that lends the keys, if not the usual"), PLAIN (sts_url) },
  [FIELD_CLIENT] = { N_ ("C_lient ID"), PLAIN (user) },
  [FIELD_TOKEN_URL] = { N_ ("Address for tokens (_URL)"), PLAIN (token_url) },
  [FIELD_SCOPE] = { N_ ("Sco_pe, if not the usual"), PLAIN (scope) },
  [FIELD_ACCESS_KEY] = { N_ ("Access key I_D"), PLAIN (user) },
  [FIELD_ACCESS_SECRET]
  = { N_ ("Secret access k_ey"), SECRET (N_ ("Secret access k_ey (kept; type to replace it)")) },
  [FIELD_REGION] = { N_ ("Regi_on, such as eu-west-2"), PLAIN (region) },
};

#define OF(field) (1u << FIELD_##field)
#define KEY_PAIR (OF (CLIENT) | OF (TOKEN_URL) | OF (SCOPE))
#define LENT (OF (ROLE) | OF (STS_URL) | KEY_PAIR)
#define ACCESS (OF (ACCESS_KEY) | OF (ACCESS_SECRET))

typedef struct
{
  const char *title;
  HemoSyncSignIn sign_in;
  guint fields;
} Way;

/* A choice shows some twenty letters. */
static const Way fhir_ways[] = {
  { N_ ("None"), HEMO_SYNC_SIGN_IN_NONE, 0 },
  { N_ ("Name and password"), HEMO_SYNC_SIGN_IN_BASIC, OF (NAME) | OF (PASSWORD) },
  { N_ ("Token"), HEMO_SYNC_SIGN_IN_BEARER, OF (TOKEN) },
  { N_ ("SMART Backend Services"), HEMO_SYNC_SIGN_IN_SMART, KEY_PAIR },
  { N_ ("AWS (HealthLake)"), HEMO_SYNC_SIGN_IN_SIGV4, ACCESS | OF (REGION) },
  { N_ ("AWS, keys lent (STS)"), HEMO_SYNC_SIGN_IN_SIGV4, LENT | OF (REGION) },
};

/* Its region stands with the bucket. */
static const Way s3_ways[] = {
  { N_ ("Kept on this computer"), HEMO_SYNC_SIGN_IN_NONE, ACCESS },
  { N_ ("Lent for an hour (STS)"), HEMO_SYNC_SIGN_IN_NONE, LENT },
};

struct _HemoServerSignIn
{
  AdwPreferencesGroup parent_instance;

  const Way *ways;
  guint n_ways;
  char *client;
  gboolean proposed;

  AdwComboRow *choice;
  GtkEditable *rows[N_FIELDS];
  HemoServerKey *key;

  char *url;
  HemoServerSettings *saved;
};

G_DEFINE_FINAL_TYPE (HemoServerSignIn, hemo_server_sign_in, ADW_TYPE_PREFERENCES_GROUP)

static const Way *
chosen (HemoServerSignIn *self)
{
  guint index = adw_combo_row_get_selected (self->choice);

  return &self->ways[index < self->n_ways ? index : 0];
}

static gboolean
has (const Way *way, Field field)
{
  return (way->fields & (1u << field)) != 0;
}

/* Which of them the settings are. */
static const Way *
way_of (HemoServerSignIn *self, const HemoServerSettings *settings)
{
  gboolean lent = settings->role != NULL && *settings->role != '\0';
  gboolean is_s3 = self->ways == s3_ways;

  for (guint i = 0; i < self->n_ways; i++)
    {
      const Way *way = &self->ways[i];

      if ((is_s3 || way->sign_in == settings->sign_in)
          && has (way, FIELD_ROLE)
                 == (lent && (is_s3 || settings->sign_in == HEMO_SYNC_SIGN_IN_SIGV4)))
        return way;
    }
  return &self->ways[0];
}

/* Whether the saved secret is of this kind; such a one goes only to the server that it was given
 * for. */
static gboolean
keeps (HemoServerSignIn *self, Field field, const char *url)
{
  HemoServerSettings typed = { .url = (char *)url };

  return self->saved != NULL && self->saved->secret != NULL
         && has (way_of (self, self->saved), field)
         && hemo_server_settings_is_same_host (&typed, self->saved);
}

static const char *
title_of (HemoServerSignIn *self, Field field)
{
  if (fields[field].kept != NULL && keeps (self, field, self->url))
    return _ (fields[field].kept);
  if (field == FIELD_TOKEN_URL && !has (chosen (self), FIELD_ROLE))
    return _ ("Address for tokens (_URL), if the server does not say it");
  return _ (fields[field].title);
}

static void
update (HemoServerSignIn *self)
{
  const Way *way = chosen (self);

  for (guint i = 0; i < N_FIELDS; i++)
    if (self->rows[i] != NULL)
      {
        adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->rows[i]), title_of (self, i));
        gtk_widget_set_visible (GTK_WIDGET (self->rows[i]), has (way, i));
      }
  gtk_widget_set_visible (GTK_WIDGET (self->key), has (way, FIELD_CLIENT));
  /* Many servers give an ID only for a key, which they cannot have before there is an ID. */
  if (has (way, FIELD_CLIENT) && !self->proposed)
    {
      self->proposed = TRUE;
      if (*gtk_editable_get_text (self->rows[FIELD_CLIENT]) == '\0')
        gtk_editable_set_text (self->rows[FIELD_CLIENT], self->client);
    }
}

void
hemo_server_sign_in_set_url (HemoServerSignIn *self, const char *url)
{
  if (g_set_str (&self->url, url))
    update (self);
}

void
hemo_server_sign_in_fill (HemoServerSignIn *self, const HemoServerSettings *saved)
{
  const Way *way = saved != NULL ? way_of (self, saved) : &self->ways[0];

  g_clear_pointer (&self->saved, hemo_server_settings_free);
  self->saved = saved != NULL ? hemo_server_settings_copy (saved) : NULL;
  self->proposed = FALSE;
  for (guint i = 0; i < N_FIELDS; i++)
    {
      const char *text = NULL;

      if (saved != NULL && has (way, i) && fields[i].kept == NULL)
        text = G_STRUCT_MEMBER (char *, saved, fields[i].offset);
      if (self->rows[i] != NULL)
        gtk_editable_set_text (self->rows[i], text != NULL ? text : "");
    }
  hemo_server_key_set_kept (self->key,
                            saved != NULL && has (way, FIELD_CLIENT) ? saved->secret : NULL);
  adw_combo_row_set_selected (self->choice, (guint)(way - self->ways));
  update (self);
}

static void
set_secret (HemoServerSettings *settings, char *secret)
{
  if (settings->secret != NULL)
    OPENSSL_cleanse (settings->secret, strlen (settings->secret));
  g_free (settings->secret);
  settings->secret = secret;
}

/* A key pair proves who asks and is sent to nobody: it stays where the address changes, as it may
 * be registered already. A password does not. */
static char *
dup_key (HemoServerSignIn *self, const HemoServerSettings *settings)
{
  if (hemo_server_key_is_password (self->key)
      && (!keeps (self, FIELD_CLIENT, settings->url)
          || g_strcmp0 (settings->token_url, self->saved->token_url) != 0))
    return NULL;
  return hemo_server_key_dup_secret (self->key, NULL);
}

void
hemo_server_sign_in_gather (HemoServerSignIn *self, HemoServerSettings *settings)
{
  const Way *way = chosen (self);

  settings->sign_in = way->sign_in;
  set_secret (settings, NULL);
  for (guint i = 0; i < N_FIELDS; i++)
    if (self->rows[i] != NULL && fields[i].kept == NULL)
      g_clear_pointer (&G_STRUCT_MEMBER (char *, settings, fields[i].offset), g_free);
  for (guint i = 0; i < N_FIELDS; i++)
    {
      const char *text;

      if (!has (way, i))
        continue;
      text = gtk_editable_get_text (self->rows[i]);
      if (fields[i].kept == NULL)
        {
          char *typed = g_strstrip (g_strdup (text));

          G_STRUCT_MEMBER (char *, settings, fields[i].offset)
              = *typed != '\0' ? typed : (g_free (typed), NULL);
        }
      else if (*text != '\0')
        set_secret (settings, g_strdup (text));
      else if (keeps (self, i, settings->url))
        set_secret (settings, g_strdup (self->saved->secret));
    }
  if (has (way, FIELD_CLIENT))
    set_secret (settings, dup_key (self, settings));
}

gboolean
hemo_server_sign_in_loses_key (HemoServerSignIn *self)
{
  return !has (chosen (self), FIELD_CLIENT) && hemo_server_key_is_kept (self->key);
}

HemoServerKey *
hemo_server_sign_in_get_key (HemoServerSignIn *self)
{
  return self->key;
}

static void
hemo_server_sign_in_dispose (GObject *object)
{
  g_clear_object (&HEMO_SERVER_SIGN_IN (object)->key);
  G_OBJECT_CLASS (hemo_server_sign_in_parent_class)->dispose (object);
}

static void
hemo_server_sign_in_finalize (GObject *object)
{
  HemoServerSignIn *self = HEMO_SERVER_SIGN_IN (object);

  g_clear_pointer (&self->saved, hemo_server_settings_free);
  g_free (self->client);
  g_free (self->url);
  G_OBJECT_CLASS (hemo_server_sign_in_parent_class)->finalize (object);
}

static void
hemo_server_sign_in_class_init (HemoServerSignInClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hemo_server_sign_in_dispose;
  G_OBJECT_CLASS (klass)->finalize = hemo_server_sign_in_finalize;
}

static void
hemo_server_sign_in_init (HemoServerSignIn *self)
{
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _ ("Sign-In"));
  self->key = g_object_ref_sink (hemo_server_key_new ());
}

/* A row for each field that one of the kinds needs. */
static void
build (HemoServerSignIn *self, const char *title)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (self);
  const char *choices[WAYS_MAX + 1] = { NULL };
  guint needed = 0;

  for (guint i = 0; i < self->n_ways; i++)
    {
      choices[i] = _ (self->ways[i].title);
      needed |= self->ways[i].fields;
    }
  self->choice = hemo_settings_add_choice (group, title, choices, 0);
  /* In a row of its own, as the longest does not fit beside the title in large text. */
  adw_combo_row_set_use_subtitle (self->choice, TRUE);
  for (guint i = 0; i < N_FIELDS; i++)
    if ((needed & (1u << i)) != 0)
      self->rows[i]
          = fields[i].kept != NULL
                ? GTK_EDITABLE (hemo_settings_add_secret (group, _ (fields[i].title)))
                : GTK_EDITABLE (hemo_settings_add_entry (group, _ (fields[i].title), NULL));
  g_signal_connect_swapped (self->choice, "notify::selected", G_CALLBACK (update), self);
}

HemoServerSignIn *
hemo_server_sign_in_new (const char *kind, const char *client)
{
  HemoServerSignIn *self = g_object_new (HEMO_TYPE_SERVER_SIGN_IN, NULL);
  gboolean is_s3 = g_str_equal (kind, HEMO_SERVER_S3);

  self->ways = is_s3 ? s3_ways : fhir_ways;
  self->n_ways = is_s3 ? G_N_ELEMENTS (s3_ways) : G_N_ELEMENTS (fhir_ways);
  self->client = g_strdup (client);
  build (self, is_s3 ? _ ("Access ke_ys") : _ ("S_ign-in"));
  update (self);
  return self;
}

G_STATIC_ASSERT (G_N_ELEMENTS (fhir_ways) <= WAYS_MAX);
