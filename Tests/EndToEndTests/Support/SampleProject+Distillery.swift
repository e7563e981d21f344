import Foundation

extension SampleProject {
    /// The release of `samples/legacy` in Distillery's shape, in a project that only looks like one of Distillery's.
    static let distilleryLegacy = SampleProject("distillery-legacy", distillery: "legacy", from: legacy)
    /// The same of `samples/relx`.
    static let distilleryRelx = SampleProject("distillery-relx", distillery: "hello_relx", from: relx)

    /// A release that another tool has built, made over by `make-distillery-release`, and the files by which a project of
    /// Distillery's is known. Nothing can be built in it.
    private init(_ name: String, distillery release: String, from sample: SampleProject) {
        self.init(name) { folder in
            let built = try await sample.built() + "/_build/prod/rel/" + release
            try await Self.shell(
                """
                mkdir -p '\(folder)/rel' '\(folder)/_build/prod/rel' && cd '\(folder)'
                '\(Programs.checkout)/Tests/TestSupport/DistilleryRelease/make-distillery-release' '\(built)' '_build/prod/rel/\(release)'
                """)
            try Data(Self.mixFile(release).utf8).write(to: URL(fileURLWithPath: folder + "/mix.exs"))
            try Data(Self.releaseFile(release).utf8).write(to: URL(fileURLWithPath: folder + "/rel/config.exs"))
        }
    }

    private static func mixFile(_ release: String) -> String {
        """
        defmodule StandIn.MixProject do
          use Mix.Project

          def project do
            [app: :\(release), version: "0.1.0", deps: deps()]
          end

          defp deps, do: [{:distillery, "~> 2.1", runtime: false}]
        end

        """
    }

    private static func releaseFile(_ release: String) -> String {
        """
        use Distillery.Releases.Config

        environment :prod do
          set include_erts: true
        end

        release :\(release) do
          set version: current_version(:\(release))
        end

        """
    }
}
