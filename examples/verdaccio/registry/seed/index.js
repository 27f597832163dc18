module.exports = (name) => `Hello ${name}, mind the lathe.`
