/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A server on loopback that answers, lies, stalls or hangs up as a test says. */

#pragma once

#include <glib.h>
#include <openssl/ssl.h>

typedef struct
{
  char *method;
  char *target;
  /* Lower-case name to value. */
  GHashTable *headers;
  GByteArray *body;
  guint index;
} FakeRequest;

/* Preset to 200 without a body. */
typedef struct
{
  guint status;
  GString *headers;
  GByteArray *body;
  guint wait_ms;
  /* Hang up instead of answering. */
  gboolean hang_up;
  /* Announce so many bytes more than are sent, then hang up. */
  guint short_by;
  /* Write every byte of the body by itself, so many ms apart. */
  guint drip_ms;
  gboolean without_date;
} FakeReply;

/* Called for one request at a time. */
typedef void (*FakeHandler) (const FakeRequest *request, FakeReply *reply, gpointer data);

/* Fields are read and set by the test under @mutex, or before the first request. */
typedef struct
{
  /* "http://127.0.0.1:PORT" */
  char *base;
  int port;
  guint requests;
  guint connections;
  guint64 received;
  /* Of the bodies of PUT and POST. */
  guint64 bodies;
  /* Takes what it is given and answers nothing. */
  gboolean mute;
  /* Seconds that its clock is ahead. */
  gint64 ahead;
  /* Hang up, or stop reading (as a link that went away), once a body has so many bytes; 0: never.
   */
  guint64 cut_at;
  guint64 stall_at;
  /* Answers at the first bytes of a body and hangs up over the others. */
  gboolean hasty;
  /* Only so many requests are cut or stalled. */
  guint faults;
  GString *log;
  /*< private >*/
  int socket;
  int silence[2];
  SSL_CTX *tls;
  GMutex mutex;
  GThread *acceptor;
  GPtrArray *threads;
  GArray *sockets;
  FakeHandler handler;
  gpointer data;
  gboolean ending;
} FakeServer;

/* @tls: (nullable): context of a server; the base is https then */
FakeServer *fake_server_new (FakeHandler handler, gpointer data, SSL_CTX *tls);
void fake_server_free (FakeServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeServer, fake_server_free)
/* Sets a field that the server's threads read, also after an answer that the client did not wait
 * for: then one of them may still be at it. */
#define fake_server_set(self, field, value)                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_mutex_lock (&(self)->mutex);                                                                 \
    (field) = (value);                                                                             \
    g_mutex_unlock (&(self)->mutex);                                                               \
  }                                                                                                \
  G_STMT_END
/* Whether anybody asked it anything yet. */
gboolean fake_server_is_asked (FakeServer *self);
/* Nobody listens at its address any more, or again. */
void fake_server_set_away (FakeServer *self, gboolean away);
/* The same, and who asks is not even told: as where the network is gone. */
void fake_server_set_silent (FakeServer *self, gboolean silent);
/* Hangs up all connections. */
void fake_server_hang_up (FakeServer *self);

const char *fake_request_header (const FakeRequest *request, const char *name);
/* Value of a parameter of the query as it stands there; NULL without. */
char *fake_request_query (const FakeRequest *request, const char *name);
void fake_reply_header (FakeReply *reply, const char *name, const char *value);
void fake_reply_text (FakeReply *reply, guint status, const char *type, const char *text);

/* An authority made for one test, and what it vouches for. */
typedef struct
{
  EVP_PKEY *key;
  X509 *certificate;
  GBytes *pem;
} FakeAuthority;

FakeAuthority *fake_authority_new (void);
void fake_authority_free (FakeAuthority *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeAuthority, fake_authority_free)
/* @name: "127.0.0.1" or a host name; dates in seconds since 1970 */
SSL_CTX *fake_authority_serve (FakeAuthority *self, const char *name, gint64 from, gint64 to);
