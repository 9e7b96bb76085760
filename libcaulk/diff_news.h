/* What is lost in the newest of several dumps and was not in the oldest. */
#ifndef CAULK_DIFF_NEWS_H
#define CAULK_DIFF_NEWS_H

#include "libcaulk/diff.h"

/* Fills newly_lost and newly_lost_cycles of a diff that has its pair. Cost: the newest's blocks. */
void diff_news_count(struct diff *diff, const struct analysis *oldest,
                     const struct analysis *newest);

#endif
