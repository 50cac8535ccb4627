/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What reading a programme's file and taking it share. */

#pragma once

#include "hemo-programme.h"

/* Of HemoProgramme's servers, in their order: names as of hemo_server_save(). */
extern const char *const hemo_programme_servers[HEMO_PROGRAMME_SERVERS];

/* @fingerprint: of @certificate, in DER */
typedef struct
{
  char *name;
  GBytes *certificate;
  char *fingerprint;
} HemoProgrammeCertificate;
