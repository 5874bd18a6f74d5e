/* Adam over a slice of the flat parameter block, Kingma and Ba 2015, with bias correction. Pure; slices may be updated by
 * several threads. */
#ifndef REFRAIN_ENGINE_NN_ADAM_H
#define REFRAIN_ENGINE_NN_ADAM_H

/* step counts from 1; g is multiplied by g_scale first (averaging and clipping in one). m and v are the moments. */
void adam_update(float *p, float *m, float *v, const float *g, float g_scale, float rate, long step,
                 long count);

/* Linear warm-up over `warmup` steps, then a cosine from 1 down to `floor` at `steps`; step counts from 0. Times the peak rate. */
float adam_schedule(long step, long warmup, long steps, float floor);

#endif
