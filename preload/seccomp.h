/*
 * Seccomp filters that the program installs. Some end the process for a system call that they do
 * not know, so whether a dump may be made is found out by running the filter here, on every call
 * that a dump makes, before the kernel gets it. A filter that a process inherits over exec cannot
 * be read, and one of a single thread counts for the whole process.
 */
#ifndef CAULK_SECCOMP_H
#define CAULK_SECCOMP_H

#include <stdbool.h>
#include <stdint.h>

struct sock_fprog;

/* Which of a dump's system calls the filter ends the process for, as a set of bits; 0 for none, and
 * for what is no filter. The program is the caller's memory, not checked yet by the kernel. */
uint64_t seccomp_judge(const struct sock_fprog *program);

/* The same for the strict mode, which allows read, write, exit and sigreturn alone. */
uint64_t seccomp_judge_strict(void);

/* Such a set is in force from now on; returns what is new of it, to be dropped again where the
 * kernel did not take the filter. */
uint64_t seccomp_add(uint64_t killed);
void seccomp_drop(uint64_t added);

/* Does a filter end the process for this system call? Only a dump's are known. */
bool seccomp_kills(long number);

/* The name of the first system call that no dump can do without and that the process would end for,
 * or NULL. */
const char *seccomp_forbidden(void);

/* The same of a set. */
bool seccomp_set_has(uint64_t killed, long number);
const char *seccomp_set_name(uint64_t killed);

#endif
