# What `cmake --install` lays down, and the Debian package that CPack makes of it (`./x package`).
# Units and settings go where systemd and an administrator look for them, so paths are Debian's.
set(deploy ${CMAKE_SOURCE_DIR}/deploy)
set(etc /etc/sextant)
set(units lib/systemd/system)
set(documents share/doc/sextant)

install(TARGETS sextant RUNTIME DESTINATION bin)

# The settings as shipped differ from the defaults in one line: where the units' user keeps the data.
file(READ ${CMAKE_SOURCE_DIR}/config/sextant.example.toml settings)
string(REPLACE "\ndata = \"\"\n" "\ndata = \"/var/lib/sextant\"\n" settings "${settings}")
file(WRITE ${CMAKE_BINARY_DIR}/package/sextant.toml "${settings}")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS config/sextant.example.toml)
install(FILES ${CMAKE_BINARY_DIR}/package/sextant.toml DESTINATION ${etc})
install(DIRECTORY DESTINATION ${etc}/imports)

install(
  FILES ${deploy}/systemd/sextant.service ${deploy}/systemd/sextant-import@.service
        ${deploy}/systemd/sextant-import@.timer
  DESTINATION ${units})
foreach(unit sextant sextant-import@)
  install(FILES ${deploy}/systemd/hardening.conf DESTINATION ${units}/${unit}.service.d)
endforeach()

file(GLOB pages CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/docs/*.md)
install(FILES ${pages} README.md CHANGELOG.md ${deploy}/debian/copyright ${CMAKE_BINARY_DIR}/package/NOTICE
        DESTINATION ${documents})
install(FILES config/sextant.example.toml ${deploy}/nginx.conf DESTINATION ${documents}/examples)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "The Sextant maintainers <maintainers@sextant.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "scores merged pull requests, and finds leads on GitHub")
set(CPACK_PACKAGE_DESCRIPTION
    "Sextant reads merged pull requests from git repositories, scores each on six\ndimensions with reasons, and serves them as JSON and CSV. From\nGitHub's webhooks and GH Archive it tells who stars repositories and writes\nkeywords, by REST API and signed webhooks.")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "git, passwd")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates, openssh-client")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "nginx, postgresql (>= 15)")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${deploy}/debian/conffiles ${deploy}/debian/postinst ${deploy}/debian/prerm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
