/** Files that are there whole or not at all ({@link io.torosim.core.file.WholeFile}), for the library's own modules. */
package io.torosim.core.file;
