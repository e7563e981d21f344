import Foundation
import Glibc
import Testing

/// A project's folder for one test, gone when the test is.
final class Project: Sendable {
    let path: String

    init(_ files: [String: String] = [:]) throws {
        path = NSTemporaryDirectory() + "deploying-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files { try write(name, text) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws {
        let url = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: false, encoding: .utf8)
    }

    /// Writes a program. Another process makes its file: if this one did, a child that is started just then elsewhere would hold
    /// it open for writing for a moment, and it could not be run ("text file busy").
    func writeProgram(_ name: String, _ text: String) throws {
        try write("\(name).source", text)
        try run("cp '\(name).source' '\(name)' && chmod 755 '\(name)'")
    }

    /// An environment in which only this project's `bin` comes before the system's programs.
    var environment: [String: String] {
        ["PATH": "\(path)/bin:/usr/local/bin:/usr/bin:/bin", "HOME": path, "LANG": "C.UTF-8"]
    }

    /// Runs a shell command in the folder, with exactly ``environment``.
    func run(_ command: String) throws {
        let arguments: [String] = ["/usr/bin/env", "-C", path, "/bin/sh", "-ec", command]
        let words = arguments.map { strdup($0) }
        let variables = environment.map { strdup("\($0.key)=\($0.value)") }
        defer { for text in words + variables { free(text) } }
        var pid: pid_t = 0
        try #require(posix_spawn(&pid, "/usr/bin/env", nil, nil, words + [nil], variables + [nil]) == 0)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        try #require(status == 0, "\(command)")
    }

    /// The repository's root.
    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    static let plainMix = """
        defmodule Hello.MixProject do
          use Mix.Project
          def project do
            [app: :hello, version: "0.1.0", deps: deps()]
          end
          # defp releases, do: [other: []]
          defp deps, do: []
        end
        """

    static let phoenixMix = #"""
        defmodule Shop.MixProject do
          use Mix.Project

          @doc """
          releases: [wrong: []]
          """
          def project do
            [
              app: :shop,
              version: "0.1.0",
              aliases: aliases(),
              deps: deps(),
              releases: releases()
            ]
          end

          defp releases do
            [
              shop_web: [include_executables_for: [:unix], applications: [runtime_tools: :permanent]],
              shop_jobs: [
                path: "x" # comment: [a: 1]
              ]
            ]
          end

          defp deps do
            [
              {:phoenix, "~> 1.7.0"}, {:dns_cluster, "~> 0.1"},
              {:esbuild, "~> 0.8", runtime: Mix.env() == :dev}
            ]
          end

          defp aliases do
            [
              setup: ["deps.get", "assets.setup"],
              "assets.deploy": ["tailwind shop --minify", "phx.digest"]
            ]
          end
        end
        """#
}
