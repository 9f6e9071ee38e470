/// What is not worth copying unless somebody wants it: caches that programs fill again.
///
/// The caches of developers' tools (uv, pip, cargo, npm) cost time to fill and stay.
package enum ShippedRules {
  package static let excludes = [
    ".cache/google-chrome*", ".cache/chromium", ".cache/mozilla", ".cache/BraveSoftware",
    ".cache/microsoft-edge*", ".cache/vivaldi", ".cache/opera", ".cache/epiphany",
    ".cache/JetBrains", ".cache/vscode-cpptools", ".cache/thumbnails", ".cache/gstreamer-1.0",
    ".cache/tracker*", ".cache/babl", ".cache/gegl-*",
    ".config/Code*/Cache", ".config/Code*/CachedData", ".config/Code*/CachedExtensionVSIXs",
    ".config/Code*/Code Cache", ".config/VSCodium/Cache", ".config/VSCodium/CachedData",
    ".config/**/GPUCache", ".config/**/Code Cache", ".config/**/DawnCache",
    ".config/**/DawnGraphiteCache", ".config/**/DawnWebGPUCache", ".config/**/GrShaderCache",
    ".config/**/GraphiteDawnCache", ".config/**/ShaderCache", ".config/**/Crashpad",
    ".config/**/Service Worker/CacheStorage", ".config/**/Service Worker/ScriptCache",
    ".mozilla/firefox/*/cache2", ".mozilla/firefox/*/startupCache",
    ".mozilla/firefox/*/shader-cache",
    "snap/*/common/.cache", ".var/app/*/cache",
  ]

  package static var rules: [FilterRule] { excludes.map { .exclude($0, .shipped) } }
}
