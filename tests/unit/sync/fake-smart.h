/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A server of records and one for signing in to it, on loopback. */

#pragma once

#include "hemo-sign-in-smart.h"

#include "fake-server.h"

/* Keeps records below /fhir and gives tokens at /token?tenant=1. */
typedef struct
{
  FakeServer *server;
  FakeServer *other;
  HemoHttp *http;
  HemoServerClock *clock;
  char *pem;
  char *jwks;
  /* What it is asked for, and how often. */
  const char *client_id;
  const char *scope;
  guint configurations;
  guint tokens;
  guint patients;
  char *basic;
  /* How it answers. */
  char *endpoint;
  guint configuration_status;
  const char *configuration;
  guint token_status;
  const char *token_type;
  const char *token;
  const char *token_retry;
  gboolean endless;
  const char *expires_in;
  gboolean checks_time;
  guint refuse_records;
  guint record_status;
  char *last_id;
} FakeSmart;

/* For g_test_add(). */
void fake_smart_set_up (FakeSmart *self, gconstpointer data);
void fake_smart_tear_down (FakeSmart *self, gconstpointer data);
/* @data: a FakeSmart */
void fake_smart_handle (const FakeRequest *request, FakeReply *reply, gpointer data);

/* A client that may sign in, and how its requests are signed. */
HemoSmartOptions fake_smart_options (FakeSmart *self);
HemoSignIn *fake_smart_sign_in (FakeSmart *self);
/* What is put into a request; NULL and @error without. */
char *fake_smart_apply (HemoSignIn *sign_in, GError **error);
void fake_smart_assert_gives (HemoSignIn *sign_in, const char *wanted);
/* @words: (nullable): are in the message */
void fake_smart_assert_fails (HemoSignIn *sign_in, HemoRemoteError code, const char *words);
