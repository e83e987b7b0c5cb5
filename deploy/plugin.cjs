"use strict";

const { spawnSync } = require("node:child_process");

const { wrong } = require("./parameters.cjs");

// Refuses wrong parameters before anything is resolved by them, and builds the zip before Serverless
// looks for it, so that a bare `sls deploy` is enough.
module.exports = class Digitrec {
  constructor(serverless, { param = [] }) {
    this.serverless = serverless;
    this.hooks = { "before:package:createDeploymentArtifacts": () => this.build() };
    const given = param.map((text) => text.match(/^([^=]*)=?([^]*)$/).slice(1));
    const sentence = wrong({ ...serverless.configurationInput.params.default, ...Object.fromEntries(given) });
    if (sentence) throw new serverless.classes.Error(sentence);
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
