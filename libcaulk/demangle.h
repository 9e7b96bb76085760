/*
 * Symbol names as people write them: C++ and Rust names demangled, compilers' suffixes dropped.
 */
#ifndef CAULK_DEMANGLE_H
#define CAULK_DEMANGLE_H

/* "_ZN7Session4openEi" → "Session::open"; "make_node.part.0" and "puts@@GLIBC_2.2.5" → "make_node"
 * and "puts"; other names as they are. Parameters are left out. The caller frees the result. */
char *demangle(const char *symbol);

/* The name of a C++ type, as its typeinfo has it: "N3app4ConnE" → "app::Conn"; one that is none, or
 * would fill more than 64 KiB, as it is. The caller frees the result; NULL without memory. */
char *demangle_type(const char *name);

#endif
