# SPDX-License-Identifier: MIT
# The Debian package: cpack -G DEB in the build folder of the release preset. What it depends on is read
# from the binary.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME migrate)
set(CPACK_PACKAGE_VENDOR "the migrate project")
set(CPACK_PACKAGE_CONTACT "the maintainers of migrate <maintainers@migrate.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Changes the schemas of PostgreSQL and SQLite databases by plain SQL files that
form a graph, as in Alembic, through whatever connection pooler stands in front
of the database. Prints the SQL for someone else to run, too.")
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
include(CPack)
