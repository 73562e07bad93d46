//! A greeting for programs in other languages: a C-callable shared library.

use std::ffi::{c_char, CStr, CString};

/// A greeting for `name`, to be given back to `greet_free`; null when `name` is null or not UTF-8.
///
/// # Safety
/// `name` is null or points at a NUL-terminated string.
#[no_mangle]
pub unsafe extern "C" fn greet_new(name: *const c_char) -> *mut c_char {
    if name.is_null() {
        return std::ptr::null_mut();
    }
    match CStr::from_ptr(name).to_str() {
        Ok(name) => CString::new(greet_words::greeting(name)).map_or(std::ptr::null_mut(), CString::into_raw),
        Err(_) => std::ptr::null_mut(),
    }
}

/// Frees what `greet_new` returned.
///
/// # Safety
/// `greeting` is null or came from `greet_new` and was not freed yet.
#[no_mangle]
pub unsafe extern "C" fn greet_free(greeting: *mut c_char) {
    if !greeting.is_null() {
        drop(CString::from_raw(greeting));
    }
}
