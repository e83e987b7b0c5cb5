"use strict";

const { spawnSync } = require("node:child_process");

// Builds the zip before Serverless looks for it, so that a bare `sls deploy` is enough.
module.exports = class BuildArtifact {
  constructor(serverless) {
    this.serverless = serverless;
    this.hooks = { "before:package:createDeploymentArtifacts": () => this.build() };
  }

  build() {
    const { architecture } = this.serverless.service.provider;
    // On stderr: stdout is what a script reads.
    const { status } = spawnSync("make", ["--no-print-directory", "artifact", `ARCH=${architecture}`], {
      cwd: this.serverless.serviceDir,
      stdio: ["ignore", 2, 2],
    });
    if (status !== 0) {
      throw new this.serverless.classes.Error("The zip could not be built: `make artifact` failed.");
    }
  }
};
