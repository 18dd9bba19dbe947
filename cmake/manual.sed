# SPDX-License-Identifier: MIT
# Puts the catalogue of errors, which lies beside it, into the manual page.
/^\.\\" errors$/{
    r errors.mdoc
    d
}
