<?php
// Sets up an empty database; does nothing where the site is there already.
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = 'localhost';
$_SERVER['REQUEST_METHOD'] = 'GET';
require '/usr/share/wordpress/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

// The welcome mail has nowhere to go.
function wp_new_blog_notification() {}

if (is_blog_installed()) {
    exit(0);
}

wp_install(getenv('SITE_TITLE'), getenv('ADMIN_USER'), getenv('ADMIN_EMAIL'), true, '', getenv('ADMIN_PASSWORD'));
update_option('permalink_structure', '/%postname%/');
update_option('template', 'twentytwentyfive');
update_option('stylesheet', 'twentytwentyfive');

global $wpdb, $wp_rewrite;
$wpdb->query("CREATE TABLE {$wpdb->prefix}reservations (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    day DATE NOT NULL,
    people TINYINT UNSIGNED NOT NULL,
    name VARCHAR(80) NOT NULL,
    made TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    KEY day (day)
)");
$posts = [
    'Pumpkin soup is back' => 'From Thursday on, with roasted seeds and a spoon of sour cream.',
    'Closed on Mondays' => 'In winter the kitchen rests on Mondays.',
    'Cooking class in March' => 'Twelve places, one long table, three kinds of dumplings.',
];
foreach ($posts as $title => $text) {
    wp_insert_post(['post_title' => $title, 'post_content' => "<p>$text</p>", 'post_status' => 'publish', 'post_author' => 1]);
}
$wp_rewrite->init();
$wp_rewrite->flush_rules(false);
echo "installed\n";
