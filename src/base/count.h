/* count: how many elements an array has; not for pointers. */
#pragma once

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
