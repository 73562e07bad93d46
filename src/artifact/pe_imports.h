/* pe_imports: what a program takes from DLLs, what it gives, and what follows from that. */
#pragma once

struct pe;

/* needed, imports, soname; libc; min_os where a function came later than the subsystem version says. */
void pe_read_imports(struct pe *pe);
