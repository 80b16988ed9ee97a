/** What is said of a guest before it runs: its wire and who moves its packets, what clients ask for, its display, how its programs are compiled. */
package io.torosim.guest.spec;
