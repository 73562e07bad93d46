#include "ready/sysroot.h"
bool sysroot_list_read(const char *triple, struct sysroot_list *out, struct err *err) { return true; }
void sysroot_list_fini(struct sysroot_list *list) {}
