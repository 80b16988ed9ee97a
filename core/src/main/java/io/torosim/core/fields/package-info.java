/** What the fields of an object say about its code: {@link io.torosim.core.fields.DeclaredFields}. */
package io.torosim.core.fields;
