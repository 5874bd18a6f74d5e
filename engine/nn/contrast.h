/* Contrast: learning what belongs together from pairs, after van den Oord, Li, Vinyals, "Representation Learning with
 * Contrastive Predictive Coding", 2018 (InfoNCE).
 *
 *   scores = query key^T;   loss = - mean over rows r of log softmax(scores[r])[r]
 *
 * At the optimum exp(query . key) is, up to a factor of the query's, p(key's thing | query's thing) / p(key's thing): how many
 * times more often the two meet than by chance. */
#ifndef REFRAIN_ENGINE_NN_CONTRAST_H
#define REFRAIN_ENGINE_NN_CONTRAST_H

/* query, key (R, E) -> the loss in nats; dquery and dkey (R, E) are written. scores (R, R) is scratch. */
double contrast_loss(float *dquery, float *dkey, float *scores, const float *query, const float *key, int R,
                     int E);

#endif
