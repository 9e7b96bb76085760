/* The per-thread memory of stacks seen before. */
#ifndef CAULK_STACK_MEMO_H
#define CAULK_STACK_MEMO_H

struct stack_memo;

/* In pages from pages_map(); NULL when there is no memory. */
struct stack_memo *stack_memo_create(void);
void stack_memo_destroy(struct stack_memo *memo); /* NULL is fine */

#endif
