/* SPDX-License-Identifier: GPL-3.0-or-later */

/* 95 % intervals of counts. */

#include "hemo-interval-private.h"

#include <math.h>

/* 0.975 quantile of the normal distribution. */
#define Z 1.959963984540054
#define TAIL 0.025
#define STEPS_MAX 100000

void
hemo_interval_wilson (int part, int total, double *low, double *high)
{
  double n = total;
  double p = part / n;
  double middle = p + Z * Z / (2 * n);
  double half = Z * sqrt (p * (1 - p) / n + Z * Z / (4 * n * n));
  double scale = 1 + Z * Z / n;

  /* The ends are 0 and 1 by algebra, but not always by floating point. */
  *low = part <= 0 ? 0 : fmax (0, (middle - half) / scale);
  *high = part >= total ? 1 : fmin (1, (middle + half) / scale);
}

/*
 * Regularized lower incomplete gamma function P (a, x): its series for x < a + 1, else one less the
 * continued fraction by Lentz's method. Source: Abramowitz and Stegun, Handbook of Mathematical
 * Functions, 6.5.29 and 6.5.31.
 */
static double
gamma_p (double a, double x)
{
  double front;
  double sum = 1 / a;
  double term = sum;
  double b = x + 1 - a;
  double c = 1e300;
  double d = 1 / b;
  double h = d;

  if (x <= 0)
    return 0;
  front = exp (a * log (x) - x - lgamma (a));
  if (x < a + 1)
    {
      for (int i = 1; i < STEPS_MAX && term > sum * 1e-16; i++)
        {
          term *= x / (a + i);
          sum += term;
        }
      return front * sum;
    }
  for (int i = 1; i < STEPS_MAX; i++)
    {
      double an = -i * (i - a);
      double change;

      b += 2;
      d = an * d + b;
      c = b + an / c;
      d = 1 / (fabs (d) < 1e-300 ? 1e-300 : d);
      c = fabs (c) < 1e-300 ? 1e-300 : c;
      change = c * d;
      h *= change;
      if (fabs (change - 1) < 1e-15)
        break;
    }
  return 1 - front * h;
}

/* The x at which P (a, x) is @p, by bisection: P grows with x, so it cannot be missed. */
static double
gamma_quantile (double a, double p)
{
  double low = 0;
  double high = a + 1;

  while (gamma_p (a, high) < p)
    high *= 2;
  for (int i = 0; i < 200 && high - low > 1e-12 * high; i++)
    {
      double middle = (low + high) / 2;

      if (gamma_p (a, middle) < p)
        low = middle;
      else
        high = middle;
    }
  return (low + high) / 2;
}

/* chi-square (p, 2k) / 2 is the quantile of the gamma distribution of shape k. */
void
hemo_interval_garwood (int count, double *low, double *high)
{
  *low = count <= 0 ? 0 : gamma_quantile (count, TAIL);
  *high = gamma_quantile (MAX (count, 0) + 1.0, 1 - TAIL);
}
